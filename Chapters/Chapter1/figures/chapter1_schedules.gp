# line art
# What does each step add, what is left of the signal, and what is its share of the whole?
width = 1300; height = 440
load "Chapters/style.gp"
linear = data."/schedule.csv"
cosine = data."/cosine.csv"
stats linear using "t" nooutput
T = STATS_max
# The first timestep that is more than half noise.
half = T + 1
stats linear using (half = column("alpha_bar") < 0.5 && column("t") < half ? column("t") : half) nooutput
set multiplot layout 1, 3
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
set ylabel "variance (ᾱ_t) and amplitude (√ᾱ_t) left"
set key top right
if (half <= T) set arrow from half, 0 to half, 0.5 nohead linestyle 9
if (half <= T) set label sprintf("1/2 at \nt = %d ", half) at half, 0.14 right textcolor rgb quiet
plot linear using "t":"alpha_bar"      with lines linestyle 1 title "ᾱ_t, linear", \
     linear using "t":"sqrt_alpha_bar" with lines linestyle 1 dashtype 3 title "√ᾱ_t, linear", \
     cosine using "t":"alpha_bar"      with lines linestyle 4 title "ᾱ_t, cosine", \
     0.5 with lines linestyle 9 notitle
unset label; unset arrow
set logscale y
set format y "10^{%T}"
set yrange [1e-5:1e5]
set ylabel "SNR_t = ᾱ_t/(1−ᾱ_t)"
plot linear using "t":"snr" with lines linestyle 1 title "linear", \
     cosine using "t":"snr" with lines linestyle 4 title "cosine", \
     1 with lines linestyle 9 notitle
unset multiplot
