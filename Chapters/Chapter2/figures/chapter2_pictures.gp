# What goes first, details or large areas?
width = 1100; height = 400
load "Chapters/style.gp"
@pictures_only
pitch = 134; columns = 7 * pitch - 6; low = 140
set size ratio -1
set lmargin 2; set rmargin 2; set tmargin 0.5; set bmargin 0.5
set xrange [-4:columns + 3]; set yrange [low + 178:-4]
middle(n) = n * pitch + 63.5
plot data."/picture.pgm" binary array=(columns, 128) skip=header(columns, 128) format="%uchar" with image, \
     data."/mondrian.pgm" binary array=(columns, 128) skip=header(columns, 128) format="%uchar" origin=(0, low) with image, \
     data."/shown_steps.csv" using (middle(column("place"))):(low + 142):(sprintf("t = %d", column("t"))) with labels font ",13", \
     data."/shown_steps.csv" using (middle(column("place"))):(low + 166):(sprintf("√ᾱ_t = %.3f", column("amplitude"))) \
       with labels font ",12" textcolor rgb "#444444"
