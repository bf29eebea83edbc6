# What is decided when?
# line art
width = 760; height = 430
load "Chapters/style.gp"
set xlabel "timestep t, from noise to digit"
set ylabel "share of the walks; share that is there"
set xrange [1000:0]; set yrange [0:1.02]
set key center right
set lmargin 9; set rmargin 3
plot data."/decided.csv" using "t":"same" with lines linestyle 3 title "sees the digit of the end", \
     data."/decided.csv" using "t":(column("long") > 1 ? 1 : 1 - column("long")) with lines linestyle 1 title "long waves that are there", \
     data."/decided.csv" using "t":(column("short") > 1 ? NaN : 1 - column("short")) with lines linestyle 2 title "short waves that are there"
