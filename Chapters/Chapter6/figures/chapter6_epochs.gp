# Loss and quality over the training.
# line art
width = 1000; height = 400
load "Chapters/style.gp"
set multiplot layout 1, 2
set lmargin 9; set rmargin 2; set tmargin 2.5; set bmargin 3.5
set xlabel "epoch"
set xrange [1.8:22]; set logscale x; set xtics (2, 3, 5, 10, 20)
set yrange [0:0.04]
unset key
set title "loss" font ",14"
plot data."/epochs.csv" using "epoch":"loss" with linespoints linestyle 4
set yrange [0:80]
set key top right
set title "Fréchet distance F from the test images" font ",14"
plot data."/epochs.csv" using "epoch":"distance":"standard_error" with yerrorlines linestyle 4 title "500 samples", \
     data."/epochs.csv" using "epoch":"real" with lines linewidth 2 dashtype 2 linecolor rgb signal title "500 real images"
unset multiplot
