# line art
# What does the bound care about, and what the simple loss?
width = 900; height = 440
load "Chapters/style.gp"
table = data."/weights.csv"
set title "What a squared error of the predicted noise counts" offset 0, -0.3
set logscale xy
set format y "%g"
set xlabel "timestep t"
set ylabel "weight, relative to the mean over all t"
set xrange [0.9:1100]; set yrange [0.3:200]
set key top right
set label "here a wrong gray\nvalue is expensive" at 1.2, 7 textcolor rgb quiet
set label "here it is decided\nwhat the image shows" at 150, 3.5 textcolor rgb quiet
plot table using "t":"beta_tilde" with lines linestyle 1 dashtype 2 title "in the bound, σ_t² = β̃_t", \
     table using "t":"beta"       with lines linestyle 1            title "in the bound, σ_t² = β_t", \
     1                            with lines linestyle 2            title "in the simple loss"
