# "The DDPM training algorithm distills to six simple steps"
width = 780; height = 940
load "Chapters/style.gp"
@pictures_only
array six[3]
do for [k = 1:3] { stats data."/six.csv" using word("t alpha_bar loss", k) nooutput; six[k] = STATS_max }
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:780]; set yrange [940:0]
top(k) = 20 + 154 * (k - 1)
do for [k = 1:6] {
  set object k rectangle from 40, top(k) to 640, top(k) + 124 fillcolor rgb (k == 6 ? "#eef8f4" : "#f6f8fa") \
    fillstyle solid border linecolor rgb (k == 6 ? truth : "#888888") linewidth 1.5 back
  set label k sprintf("%d", k) at 75, top(k) + 62 center font ",26" textcolor rgb quiet front
  if (k < 6) { set arrow k from 340, top(k) + 124 to 340, top(k + 1) size 10, 25 linewidth 2 linecolor rgb "#444444" front }
}
set label 11 "take x_0 from the data" at 110, top(1) + 62 font ",17"
set label 12 "draw t uniformly from 1 … T" at 110, top(2) + 62 font ",17"
set label 13 "draw ε from N(0, I)" at 110, top(3) + 62 font ",17"
set label 14 "x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε" at 110, top(4) + 62 font ",17"
set label 15 "predict ε_θ(x_t, t)" at 110, top(5) + 62 font ",17"
set label 16 "loss ‖ε − ε_θ(x_t, t)‖^2" at 110, top(6) + 45 font ",17"
set label 17 "and a gradient step on θ" at 110, top(6) + 85 font ",17"
set label 22 sprintf("t = %d", six[1]) at 570, top(2) + 48 center font ",21" textcolor rgb noise
set label 23 sprintf("ᾱ_t = %.3f", six[2]) at 570, top(2) + 86 center font ",13" textcolor rgb quiet
set label 26 sprintf("%.4f", six[3]) at 570, top(6) + 48 center font ",24" textcolor rgb truth
set label 27 "mean over pixels" at 568, top(6) + 86 center font ",11" textcolor rgb truth
# The way back to the next step.
set arrow 11 from 640, top(6) + 62 to 720, top(6) + 62 nohead linewidth 2 linecolor rgb accent
set arrow 12 from 720, top(6) + 62 to 720, top(1) + 62 nohead linewidth 2 linecolor rgb accent
set arrow 13 from 720, top(1) + 62 to 640, top(1) + 62 size 10, 25 linewidth 2 linecolor rgb accent
set label 31 "again, with the next batch" at 746, 470 center rotate by -90 font ",14" textcolor rgb accent
thumbnail(k) = top(k) + 8
set style fill solid
plot data."/six_clean.pgm"     binary array=(28, 28) dx=4 dy=4 skip=header(28, 28) format="%uchar" origin=(516, thumbnail(1)) with image, \
     data."/six_noise.pgm"     binary array=(28, 28) dx=4 dy=4 skip=header(28, 28) format="%uchar" origin=(516, thumbnail(3)) with image, \
     data."/six_noisy.pgm"     binary array=(28, 28) dx=4 dy=4 skip=header(28, 28) format="%uchar" origin=(516, thumbnail(4)) with image, \
     data."/six_predicted.pgm" binary array=(28, 28) dx=4 dy=4 skip=header(28, 28) format="%uchar" origin=(516, thumbnail(5)) with image
