# Three networks on the same images: over the training, and by timestep.
# line art
width = 1000; height = 430
load "Chapters/style.gp"
table = data."/history.csv"
stats table using "step" nooutput
last = int(STATS_max)
bin = last >= 160 ? 16 : 4
middle(step) = (floor((step - 1) / bin) + 0.5) * bin
set multiplot
set lmargin 11; set rmargin 3; set tmargin 3; set bmargin 3.5
set logscale xy
set size 0.5, 1; set origin 0, 0
set title "over the training" font ",14"
set xlabel "training step (32 images each)"
set ylabel "loss"
set xrange [bin / 2:last]
set yrange [0.001:1.5]
set key bottom left
plot table using (middle($1)):"mlp"      smooth unique with lines linecolor rgb quiet linewidth 2.5 title "MLP", \
     table using (middle($1)):"skipless" smooth unique with lines linecolor rgb accent linewidth 2.5 title "without skip connections", \
     table using (middle($1)):"unet"     smooth unique with lines linecolor rgb network linewidth 3 title "U-Net"
set origin 0.5, 0
set title "at the end, on unseen digits" font ",14"
unset logscale x
set xlabel "timestep t"
set xrange [0:1000]
unset ylabel
unset key
plot data."/by_timestep.csv" using "t":"mlp" with lines linecolor rgb quiet linewidth 2.5, \
     data."/by_timestep.csv" using "t":"skipless" with lines linecolor rgb accent linewidth 2.5, \
     data."/by_timestep.csv" using "t":"unet" with lines linecolor rgb network linewidth 3
unset multiplot
