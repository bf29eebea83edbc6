# Few evaluations, and ways between digits.
width = 1200; height = 560
load "Chapters/style.gp"
@pictures_only
size(name) = system(sprintf("head -c 15 '%s/%s.pgm' | sed -n 2p", data, name))
set size ratio -1
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set multiplot
set label 200 "number of function evaluations" at screen 0.012, screen 0.5 center rotate by 90 font ",13"
budgets = system(sprintf("tail -n +2 '%s/budgets.csv' | tr -d '\\r' | tr '\\n' ' '", data))." 400"
columns = int(word(size("evaluations"), 1)); rows = int(word(size("evaluations"), 2))
set origin 0, 0; set size 0.5, 1
set xrange [-45:columns + 8]; set yrange [rows + 5:-20]
set label 100 "Euler (DDIM)" at columns / 4, -8 center font ",13"
set label 101 "Heun" at 3 * columns / 4, -8 center font ",13"
do for [i = 1:words(budgets)] { set label i word(budgets, i) at -6, 29 * (i - 1) + 14 right font ",13" }
plot data."/evaluations.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
unset label
columns = int(word(size("between"), 1)); rows = int(word(size("between"), 2))
set origin 0.5, 0; set size 0.5, 1
set xrange [-40:columns + 8]; set yrange [rows + 5:-20]
set label 300 "from one digit to another" at columns / 2, -8 center font ",13"
do for [i = 0:4] {
  set label 310 + i "codes" at -6, 58 * i + 14 right font ",12"
  set label 320 + i "pixels" at -6, 58 * i + 43 right font ",12"
}
plot data."/between.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
unset multiplot
