# line art
# Does a schedule of fewer steps still end in noise?
width = 1100; height = 440
load "Chapters/style.gp"
table = data."/shorter.csv"
of(steps, name) = column("steps") == steps ? column(name) : NaN
# What is left at the end, in per cent.
stats table using (column("steps") == 50   && column("time") == 1 ? 100 * column("same_beta") : 1/0) nooutput
left_50 = STATS_max
stats table using (column("steps") == 200  && column("time") == 1 ? 100 * column("same_beta") : 1/0) nooutput
left_200 = STATS_max
stats table using (column("steps") == 1000 && column("time") == 1 ? 100 * column("same_beta") : 1/0) nooutput
left_1000 = STATS_max
set multiplot layout 1, 2
set rmargin 12
set xlabel "t / T"
set ylabel "√ᾱ_t, amplitude of x_0 left"
set xrange [0:1]; set yrange [0:1.02]
set datafile missing NaN
unset key
set label 1 sprintf("T = 50:\n%.0f %% left", left_50)     at 1.02, left_50 / 100.0 textcolor rgb noise
set label 2 sprintf("T = 200:\n%.0f %% left", left_200)   at 1.02, left_200 / 100.0 textcolor rgb accent
set label 3 sprintf("T = 1000:\n%.1f %% left", left_1000) at 1.02, 0.1 textcolor rgb signal
set title "the same β, from 0.0001 to 0.02"
plot table using "time":(of(50, "same_beta"))   with lines linestyle 2, \
     table using "time":(of(200, "same_beta"))  with lines linestyle 5, \
     table using "time":(of(1000, "same_beta")) with lines linestyle 1
set title "β × 1000/T"
unset label
set label "all three\nend alike" at 1.02, 0.1 textcolor rgb quiet
plot table using "time":(of(50, "scaled_beta"))   with lines linestyle 2, \
     table using "time":(of(200, "scaled_beta"))  with lines linestyle 5, \
     table using "time":(of(1000, "scaled_beta")) with lines linestyle 1
unset multiplot
