# Which noise, taken away, gives the clean digit back?
width = 900; height = 250
load "Chapters/style.gp"
@pictures_only
pitch = 36; columns = 4 * pitch - 8
set size ratio -1
set lmargin 1; set rmargin 1; set tmargin 0.3; set bmargin 0.3
set xrange [-6:columns + 6]; set yrange [30:-11]
middle(n) = n * pitch + 13.5
array title[4] = ["x_0", "x_{260}", "x_0 from ε", "x_0 from z_{260}"]
plot data."/restored.pgm" binary array=(columns, 28) skip=header(columns, 28) format="%uchar" with image, \
     for [i = 0:3] "+" every ::0::0 using (middle(i)):(-5):(title[i + 1]) with labels font ",14" \
       textcolor rgb (i == 0 ? signal : i == 1 ? noise : i == 2 ? truth : quiet)
