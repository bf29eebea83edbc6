# What three networks take noisy digits for, and how far off they are.
width = 900; height = 830
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
# The sheet has 8 × 9 images of 28 with a gap of 1, three times as large.
row(k) = 20 + 3 * (29 * (k - 1) + 14)
set xrange [0:900]; set yrange [830:0]
label(k, text, colour) = sprintf("set label %d '%s' at 186, %d right font ',14' textcolor rgb '%s' front", k, text, row(k), colour)
eval(label(1, "x_0", signal))
eval(label(2, "x_t, t = 300", noise))
eval(label(3, "U-Net", network))
eval(label(4, "without skips", accent))
eval(label(5, "MLP", quiet))
eval(label(6, "x_t, t = 50", noise))
eval(label(7, "error of the U-Net", network))
eval(label(8, "error without skips", accent))
eval(label(9, "error of the MLP", quiet))
plot data."/guesses.pgm" binary array=(231, 260) dx=3 dy=3 skip=header(231, 260) format="%uchar" origin=(199, 21) with image
