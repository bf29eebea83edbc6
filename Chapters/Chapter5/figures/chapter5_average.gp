# The weights, and averages of them: their loss, and samples.
width = 1000; height = 430
load "Chapters/style.gp"
table = data."/averages.csv"
set multiplot
set size 0.52, 1; set origin 0, 0
set tmargin 3; set bmargin 3.5; set lmargin 10; set rmargin 2
set title "loss on unseen digits" font ",14"
set logscale xy
set xlabel "training step"
set yrange [0.006:1.5]
set key bottom left Left reverse samplen 2 width -4
plot table using "step":"cold" with linespoints linecolor rgb accent linewidth 2.5 pointtype 7 pointsize 0.8 title "EMA, λ = 0.999 from the first step", \
     table using "step":"raw"  with linespoints linecolor rgb quiet linewidth 2.5 pointtype 7 pointsize 0.8 title "weights as they are", \
     table using "step":"warm" with linespoints linecolor rgb network linewidth 2.5 pointtype 7 pointsize 0.8 title "EMA with warm-up"
unset logscale; unset title; unset xlabel; unset key
@pictures_only
set size 0.47, 1; set origin 0.53, 0
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:470]; set yrange [430:0]
# Three rows of six images of 28 with a gap of 12, twice as large.
first = 134
label(k) = first + 80 * (k - 1) - 13
set label 1 "samples from the same noise" at 229, 26 center font ",14"
set label 2 "EMA with warm-up" at 229, label(1) center font ",13" textcolor rgb network front
set label 3 "λ = 0.999 from the first step" at 229, label(2) center font ",13" textcolor rgb accent front
set label 4 "λ = 0.9999 from the first step" at 229, label(3) center font ",13" textcolor rgb noise front
plot data."/averages.pgm" binary array=(228, 108) dx=2 dy=2 skip=header(228, 108) format="%uchar" origin=(2, first + 1) with image
unset multiplot
