# line art
# How much does DDPM's Gaussian get wrong, even with a perfect network?
width = 900; height = 440
load "Chapters/style.gp"
table = data."/misplaced.csv"
stats table using "steps" nooutput
few = int(STATS_min)
of(count, name) = column("steps") == count ? column(name) : NaN
set datafile missing NaN
set logscale xy
set format y "%g"
set xlabel "t / T"
set ylabel "probability in the wrong place"
set xrange [0.0009:1.05]; set yrange [1e-5:1]
set key bottom left samplen 4
plot table using "time":(of(few, "with_beta"))        with linespoints linestyle 2 title sprintf("T = %d, σ² = β", few), \
     table using "time":(of(few, "with_beta_tilde"))  with linespoints linestyle 2 dashtype 2 title sprintf("T = %d, σ² = β̃", few), \
     table using "time":(of(1000, "with_beta"))       with linespoints linestyle 1 title "T = 1000, σ² = β", \
     table using "time":(of(1000, "with_beta_tilde")) with linespoints linestyle 1 dashtype 2 title "T = 1000, σ² = β̃"
