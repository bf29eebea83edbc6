# What three networks take noisy digits for.
width = 860; height = 800
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
# The sheet has 8 × 9 pictures of 28 with a gap of 1, three times as large.
row(k) = 10 + 3 * (29 * (k - 1) + 14)
set xrange [0:860]; set yrange [800:0]
label(k, text, colour) = sprintf("set label %d '%s' at 136, %d right font ',14' textcolor rgb '%s' front", k, text, row(k), colour)
eval(label(1, "x_0", truth))
eval(label(2, "t = 50", quiet))
eval(label(3, "U-Net", signal))
eval(label(4, "without skips", noise))
eval(label(5, "MLP", quiet))
eval(label(6, "t = 300", quiet))
eval(label(7, "U-Net", signal))
eval(label(8, "without skips", noise))
eval(label(9, "MLP", quiet))
plot data."/guesses.pgm" binary array=(231, 260) dx=3 dy=3 skip=header(231, 260) format="%uchar" origin=(151, 11) with image
