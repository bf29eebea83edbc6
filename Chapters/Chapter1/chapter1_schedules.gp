# line art
# What does each step add, and what is left of the signal?
width = 1100; height = 460
load "Chapters/style.gp"
linear = data."/schedule.csv"
cosine = data."/cosine.csv"
stats linear using "t" nooutput
T = STATS_max
# The first timestep that is more than half noise.
half = T + 1
stats linear using (half = column("alpha_bar") < 0.5 && column("t") < half ? column("t") : half) nooutput
set multiplot layout 1, 2
set xlabel "timestep t"
set xrange [0:T]
set logscale y
set ylabel "β_t, the variance that step t adds"
set format y "10^{%T}"
set key top left
plot linear using "t":"beta" with lines linestyle 1 title "linear", \
     cosine using "t":"beta" with lines linestyle 4 title "cosine"
unset logscale y
set format y
set yrange [0:1.02]
set ylabel "share that is left"
set key top right
if (half <= T) set arrow from half, 0 to half, 0.5 nohead linestyle 9
if (half <= T) set label sprintf("ᾱ_t = 1/2 at t = %d ", half) at half, 0.08 right textcolor rgb quiet
plot linear using "t":"alpha_bar"      with lines linestyle 1 title "ᾱ_t, variance, linear", \
     linear using "t":"sqrt_alpha_bar" with lines linestyle 1 dashtype 3 title "√ᾱ_t, amplitude, linear", \
     cosine using "t":"alpha_bar"      with lines linestyle 4 title "ᾱ_t, variance, cosine", \
     0.5 with lines linestyle 9 notitle
unset multiplot
