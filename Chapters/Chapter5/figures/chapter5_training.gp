# Three networks on the same pictures: over the training, and by timestep.
# line art
width = 1000; height = 430
load "Chapters/style.gp"
table = data."/history.csv"
stats table using "step" nooutput
last = int(STATS_max)
bin = last >= 160 ? 16 : 4
middle(step) = (floor((step - 1) / bin) + 0.5) * bin
set multiplot
set lmargin 11; set rmargin 3; set tmargin 2; set bmargin 3.5
set logscale xy
set size 0.5, 1; set origin 0, 0
set title "over the training"
set xlabel "training step (32 pictures each)"
set ylabel "loss"
set xrange [bin / 2:last]
set yrange [0.001:1.5]
set key bottom left
plot table using (middle($1)):"mlp"      smooth unique with lines linestyle 9 linewidth 2.5 dashtype 1 title "MLP", \
     table using (middle($1)):"skipless" smooth unique with lines linestyle 2 title "without skips", \
     table using (middle($1)):"unet"     smooth unique with lines linestyle 1 title "U-Net"
set origin 0.5, 0
set title "in the end, by timestep"
unset logscale x
set xlabel "timestep t"
set xrange [0:1000]
unset ylabel
unset key
plot data."/by_timestep.csv" using "t":"mlp" with lines linestyle 9 linewidth 2.5 dashtype 1, \
     data."/by_timestep.csv" using "t":"skipless" with lines linestyle 2, \
     data."/by_timestep.csv" using "t":"unet" with lines linestyle 1
unset multiplot
