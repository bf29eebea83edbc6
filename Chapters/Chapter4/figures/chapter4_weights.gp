# line art
# What does the bound care about, and what L_simple?
width = 900; height = 440
load "Chapters/style.gp"
table = data."/weights.csv"
set logscale xy
set format y "%g"
set xlabel "timestep t"
set ylabel "weight of ‖ε − ε_θ‖², relative to its mean"
set xrange [0.9:1100]; set yrange [0.3:200]
set key top right
set label "here a wrong grey\nvalue is expensive" at 1.15, 7 textcolor rgb quiet
set label "here it is decided what\nthe picture shows" at 150, 3.5 textcolor rgb quiet
plot table using "t":"beta_tilde" with lines linestyle 1 dashtype 2 title "in the bound, σ² = β̃", \
     table using "t":"beta"       with lines linestyle 1            title "in the bound, σ² = β", \
     1                            with lines linestyle 2            title "in L_{simple}"
