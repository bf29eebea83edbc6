# The weights, and two averages of them.
# line art
width = 720; height = 430
load "Chapters/style.gp"
table = data."/averages.csv"
set logscale xy
set xlabel "training step"
set ylabel "loss on unseen digits"
set yrange [0.012:1.3]
set key bottom left Left reverse samplen 2
plot table using "step":"cold" with linespoints linestyle 2 title "average, d = 0.999 from the first step", \
     table using "step":"raw"  with linespoints linestyle 9 linewidth 2.5 dashtype 1 pointtype 7 pointsize 0.8 title "weights as they are", \
     table using "step":"warm" with linespoints linestyle 1 title "average, warming up"
