# How does a digit become noise, and what are the two parts of each image on the way?
width = 1100; height = 425
load "Chapters/style.gp"
@pictures_only
pitch = 36; columns = 8 * pitch - 8
set size ratio -1
set lmargin 1; set rmargin 1; set tmargin 0.3; set bmargin 0.3
set xrange [-46:columns]; set yrange [111:-10]
middle(n) = n * pitch + 13.5
# Above each other: x_t, and what it is the sum of.
second = 36; third = 72
set for [i = 1:7] arrow from i * pitch - 7.2, 14 to i * pitch - 1.2, 14 size 2, 25 linewidth 1.5 linecolor rgb quiet front
set label "x_t" at -5, 13.5 right font ",16" textcolor rgb noise
set label "= √ᾱ_t x_0" at -5, second + 13.5 right font ",14" textcolor rgb signal
set label "+ √(1−ᾱ_t) ε" at -5, third + 13.5 right font ",14" textcolor rgb noise
share(a) = a > 0.001 ? sprintf("ᾱ_t = %.3f", a) : sprintf("ᾱ_t = %.5f", a)
plot data."/chain.pgm" binary array=(columns, 28) skip=header(columns, 28) format="%uchar" with image, \
     data."/dimmed.pgm" binary array=(columns, 28) skip=header(columns, 28) format="%uchar" origin=(0, second) with image, \
     data."/noise.pgm" binary array=(columns, 28) skip=header(columns, 28) format="%uchar" origin=(0, third) with image, \
     data."/shown.csv" using (middle(column("place"))):(-5):(sprintf("t = %d", column("t"))) with labels font ",13", \
     data."/shown.csv" using (middle(column("place"))):(third + 34):(share(column("alpha_bar"))) \
       with labels font ",12" textcolor rgb "#444444"
