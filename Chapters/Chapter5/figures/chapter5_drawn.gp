# Samples of three networks from the same noise.
width = 1100; height = 300
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1100]; set yrange [300:0]
set label 1 "U-Net" at 190, 24 center font ",16" textcolor rgb network
set label 2 "without skip connections" at 550, 24 center font ",16" textcolor rgb accent
set label 3 "MLP" at 910, 24 center font ",16" textcolor rgb quiet
sheet(k) = 17 + 360 * (k - 1)
plot data."/drawn_unet.pgm"     binary array=(173, 115) dx=2 dy=2 skip=header(173, 115) format="%uchar" origin=(sheet(1) + 1, 50) with image, \
     data."/drawn_skipless.pgm" binary array=(173, 115) dx=2 dy=2 skip=header(173, 115) format="%uchar" origin=(sheet(2) + 1, 50) with image, \
     data."/drawn_mlp.pgm"      binary array=(173, 115) dx=2 dy=2 skip=header(173, 115) format="%uchar" origin=(sheet(3) + 1, 50) with image
