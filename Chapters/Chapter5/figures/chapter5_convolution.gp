# A 3 × 3 kernel on a digit: the image, nine products, the result.
width = 1000; height = 360
load "Chapters/style.gp"
table = data."/kernel.csv"
stats table using (column("row")) nooutput
first_row = int(STATS_min)
stats table using (column("column")) nooutput
first_column = int(STATS_min)
stats table using (column("pixel") * column("weight")) nooutput
sum = STATS_sum
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1000]; set yrange [360:0]
dot = 9.0; top = 64; left = 20; right = 728
# The nine pixels and the nine weights, as grids of cells.
cell = 44
pixels = 322; weights = 524; grid_top = 124
do for [i = 0:8] {
  set object rectangle from pixels + cell * (i % 3), grid_top + cell * (i / 3) rto cell, cell fillstyle empty border linecolor rgb accent linewidth 1.5 front
  set object rectangle from weights + cell * (i % 3), grid_top + cell * (i / 3) rto cell, cell fillstyle empty border linecolor rgb quiet linewidth 1.5 front
}
set object rectangle from left + dot * first_column, top + dot * first_row rto 3 * dot, 3 * dot fillstyle empty border linecolor rgb accent linewidth 3 front
set object rectangle from right + dot * (first_column + 1), top + dot * (first_row + 1) rto dot, dot fillstyle empty border linecolor rgb accent linewidth 3 front
set arrow from left + dot * (first_column + 3), top + dot * (first_row + 1.5) to pixels - 8, grid_top + 1.5 * cell size 10, 25 linewidth 2 linecolor rgb accent front
set arrow from weights + 3 * cell + 6, grid_top + 1.5 * cell to right + dot * (first_column + 0.8), top + dot * (first_row + 1.5) size 10, 25 linewidth 2 linecolor rgb accent front
set label "the image" at left + 126, 38 center font ",15"
set label "nine pixels" at pixels + 66, grid_top - 26 center font ",15"
set label "nine weights" at weights + 66, grid_top - 26 center font ",15"
set label "×" at (pixels + weights + 3 * cell) / 2, grid_top + 1.5 * cell center font ",24"
set label "the result" at right + 126, 38 center font ",15"
set label sprintf("sum of the nine products: %.2f", sum) at (pixels + weights + 3 * cell) / 2, grid_top + 3 * cell + 34 center font ",14" textcolor rgb "#222222"
plot data."/digit.pgm" binary array=(28, 28) dx=dot dy=dot skip=header(28, 28) format="%uchar" origin=(left + dot / 2, top + dot / 2) with image, \
     data."/edges.pgm" binary array=(28, 28) dx=dot dy=dot skip=header(28, 28) format="%uchar" origin=(right + dot / 2, top + dot / 2) with image, \
     table using (pixels + cell * (column("column") - first_column + 0.5)):(grid_top + cell * (column("row") - first_row + 0.5)):(sprintf("%.1f", column("pixel"))) with labels font ",14", \
     table using (weights + cell * (column("column") - first_column + 0.5)):(grid_top + cell * (column("row") - first_row + 0.5)):(sprintf("%d", column("weight"))) with labels font ",14"
