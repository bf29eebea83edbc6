# line art
# Which factor keeps the variance of a chain at 1?
width = 900; height = 440
load "Chapters/style.gp"
table = data."/variance.csv"
set xlabel "step t (β = 0.02 each)"
set ylabel "variance of x_t"
set xrange [0:100]; set yrange [0:3.2]
set rmargin 22
unset key
set label "factor 1: 1 + β t"    at 101, 3.0 textcolor rgb noise
set label "factor √(1−β): 1"     at 101, 1.0 textcolor rgb signal
set label "factor 1−β: → 1/(2−β)"  at 101, 0.51 textcolor rgb other
plot table using "t":"one_theory"   with lines linestyle 2 linewidth 1.5, \
     table using "t":"sqrt_one_minus_beta_theory"  with lines linestyle 1 linewidth 1.5, \
     table using "t":"one_minus_beta_theory" with lines linestyle 4 linewidth 1.5, \
     table using "t":"one"   every 5 with points linestyle 2, \
     table using "t":"sqrt_one_minus_beta"  every 5 with points linestyle 1, \
     table using "t":"one_minus_beta" every 5 with points linestyle 4
