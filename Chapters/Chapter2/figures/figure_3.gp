# Must we walk to see a late timestep, or can we jump there?
width = 1100; height = 505
load "Chapters/style.gp"
@pictures_only
pitch = 36; columns = 8 * pitch - 8; low = 78
set size ratio -1
set lmargin 2; set rmargin 2; set tmargin 0.5; set bmargin 0.5
set xrange [-1:columns]; set yrange [low + 42:-14]
middle(n) = n * pitch + 13.5
set for [i = 1:7] arrow from i * pitch - 7, 14 to i * pitch - 1.5, 14 size 2, 25 linewidth 1.5 linecolor rgb noise front
set label "the chain: every timestep from the one before; a short arrow stands for 50 to 400 steps" at 0, -7 textcolor rgb noise font ",13"
set label "the jumps: each from x_0, in one step" at 0, 50 textcolor rgb signal font ",13"
# An arc from the clean digit's upper edge to each of the others', drawn as a curve that ends in an arrow head.
set parametric
set trange [0:1]
lift(n) = 5 + 2.2 * n
arc_x(n, s) = (1 - s) * middle(0) + s * middle(n)
arc_y(n, s) = low - 1.5 - 4 * lift(n) * s * (1 - s)
set for [i = 1:7] arrow from arc_x(i, 0.97), arc_y(i, 0.97) to middle(i), low - 1 size 2, 25 linewidth 1.5 linecolor rgb signal
plot data."/chain.pgm" binary array=(columns, 28) skip=header(columns, 28) format="%uchar" with image, \
     data."/jumps.pgm" binary array=(columns, 28) skip=header(columns, 28) format="%uchar" origin=(0, low) with image, \
     for [i = 1:7] arc_x(i, t), arc_y(i, t) with lines linewidth 1.5 linecolor rgb signal, \
     data."/shown.csv" using (middle(column("place"))):(34):(sprintf("t = %d", column("t"))) with labels font ",13", \
     data."/shown.csv" using (middle(column("place"))):(low + 34):(sprintf("t = %d", column("t"))) with labels font ",13"
