# line art
# Does a schedule of fewer steps still end in noise?
width = 1100; height = 440
load "Chapters/style.gp"
table = data."/shorter.csv"
of(steps, name) = column("steps") == steps ? column(name) : NaN
set multiplot layout 1, 2
set xlabel "t / T"
set ylabel "√ᾱ_t, amplitude of x_0 left"
set xrange [0:1]; set yrange [0:1.02]
set datafile missing NaN
unset key
set label 1 "T = 50: 78 % left"    at 0.97, 0.86 right textcolor rgb noise
set label 2 "T = 200: 36 % left"   at 0.97, 0.50 right textcolor rgb accent
set label 3 "T = 1000: 0.6 % left" at 0.97, 0.07 right textcolor rgb signal
set title "the same β, from 0.0001 to 0.02"
plot table using "time":(of(50, "same_beta"))   with lines linestyle 2, \
     table using "time":(of(200, "same_beta"))  with lines linestyle 5, \
     table using "time":(of(1000, "same_beta")) with lines linestyle 1
set title "β × 1000/T"
unset label
plot table using "time":(of(50, "scaled_beta"))   with lines linestyle 2, \
     table using "time":(of(200, "scaled_beta"))  with lines linestyle 5, \
     table using "time":(of(1000, "scaled_beta")) with lines linestyle 1
unset multiplot
