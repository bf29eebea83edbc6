# "Forward diffusion progressively transforms a clean digit into pure Gaussian noise"
width = 1100; height = 205
load "Chapters/style.gp"
@pictures_only
pitch = 36; columns = 8 * pitch - 8
set size ratio -1
set lmargin 2; set rmargin 2; set tmargin 0.5; set bmargin 0.5
set xrange [-1:columns]; set yrange [52:-1]
middle(n) = n * pitch + 13.5
set for [i = 1:7] arrow from i * pitch - 7, 14 to i * pitch - 1.5, 14 size 2, 25 linewidth 1.5 linecolor rgb quiet front
plot data."/chain.pgm" binary array=(columns, 28) skip=header(columns, 28) format="%uchar" with image, \
     data."/shown.csv" using (middle(column("place"))):(34):(sprintf("t = %d", column("t"))) with labels font ",13", \
     data."/shown.csv" using (middle(column("place"))):(43):(sprintf("ᾱ_t = %.3f", column("alpha_bar"))) \
       with labels font ",10" textcolor rgb quiet
