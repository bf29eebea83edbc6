# Drawn from the same noise by three networks.
width = 1100; height = 290
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1100]; set yrange [290:0]
set label 1 "U-Net" at 190, 22 center font ",15" textcolor rgb signal
set label 2 "without skips" at 550, 22 center font ",15" textcolor rgb noise
set label 3 "MLP" at 910, 22 center font ",15" textcolor rgb quiet
sheet(k) = 17 + 360 * (k - 1)
plot data."/drawn_unet.pgm"     binary array=(173, 115) dx=2 dy=2 skip=header(173, 115) format="%uchar" origin=(sheet(1) + 1, 45) with image, \
     data."/drawn_skipless.pgm" binary array=(173, 115) dx=2 dy=2 skip=header(173, 115) format="%uchar" origin=(sheet(2) + 1, 45) with image, \
     data."/drawn_mlp.pgm"      binary array=(173, 115) dx=2 dy=2 skip=header(173, 115) format="%uchar" origin=(sheet(3) + 1, 45) with image
