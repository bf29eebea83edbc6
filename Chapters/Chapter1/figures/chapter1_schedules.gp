# line art
# What does each step add, what is left of the signal, and what is its share of the whole?
width = 1150; height = 430
load "Chapters/style.gp"
linear = data."/schedule.csv"
cosine = data."/cosine.csv"
stats linear using "t" nooutput
T = STATS_max
# The first timestep that is more than half noise.
half = T + 1
stats linear using (half = column("alpha_bar") < 0.5 && column("t") < half ? column("t") : half) nooutput
stats cosine using "beta" nooutput
last = STATS_max
set multiplot layout 1, 3
set rmargin 3
set xlabel "timestep t"
set xrange [0:T]
set logscale y
set yrange [1e-5:2]
set title "what each step adds"
set ylabel "β_t"
set format y "10^{%T}"
set label sprintf("last: %.3g", last) at 0.96 * T, 1.15 right textcolor rgb other
set label "" at T, last point linestyle 4 front
set key bottom right
plot linear using "t":"beta" with lines linestyle 1 title "linear", \
     cosine using "t":"beta" with lines linestyle 4 title "cosine"
unset logscale y; unset label
set format y
set yrange [0:1.02]
set title "what is left of the image"
set ylabel "variance ᾱ_t, amplitude √ᾱ_t"
set key top right
if (half <= T) set arrow from half, 0 to half, 0.5 nohead linestyle 9
if (half <= T) set label sprintf("1/2 at \nt = %d ", half) at half, 0.14 right textcolor rgb quiet
plot NaN with lines linewidth 2.5 linecolor rgb quiet title "ᾱ_t", \
     NaN with lines linewidth 2.5 linecolor rgb quiet dashtype 3 title "√ᾱ_t", \
     linear using "t":"alpha_bar"      with lines linestyle 1 notitle, \
     linear using "t":"sqrt_alpha_bar" with lines linestyle 1 dashtype 3 notitle, \
     cosine using "t":"alpha_bar"      with lines linestyle 4 notitle, \
     cosine using "t":"sqrt_alpha_bar" with lines linestyle 4 dashtype 3 notitle, \
     0.5 with lines linestyle 9 notitle
unset label; unset arrow
set logscale y
set format y "10^{%T}"
set yrange [1e-5:1e5]
set title "signal over noise"
set ylabel "SNR_t = ᾱ_t/(1−ᾱ_t)"
set label "signal = noise" at 0.98 * T, 1.8 right textcolor rgb quiet
plot linear using "t":"snr" with lines linestyle 1 title "linear", \
     cosine using "t":"snr" with lines linestyle 4 title "cosine", \
     1 with lines linestyle 9 notitle
unset multiplot
