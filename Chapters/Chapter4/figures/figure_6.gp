# line art
# "The DDPM loss simplifies from a complex variational bound to simple noise prediction"
width = 900; height = 940
load "Chapters/style.gp"
unset border; unset tics; unset grid; unset key
array at[7]
# The second row is that of β̃.
do for [k = 1:7] { stats data."/derivation.csv" using word("entropy bound prior middle last loss floor", k) every ::1::1 nooutput; at[k] = STATS_max }
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:900]; set yrange [940:0]
array low[4] = [20, 230, 440, 710]
array tall[4] = [140, 140, 150, 210]
do for [k = 1:4] {
  set object k rectangle from 60, low[k] to 840, low[k] + tall[k] fillcolor rgb (k == 4 ? "#eef8f4" : "#f6f8fa") \
    fillstyle solid border linecolor rgb (k == 4 ? truth : "#888888") linewidth (k == 4 ? 2.5 : 1.5) back
  if (k < 3) { set arrow k from 450, low[k] + tall[k] to 450, low[k + 1] size 12, 25 linewidth 2 linecolor rgb "#444444" front }
}
set label 11 "the variational bound" at 450, low[1] + 26 center font ",13" textcolor rgb quiet
set label 12 "−log p_θ(x_0)  ≤  L  =  E_q[ −log ( p_θ(x_{0:T}) / q(x_{1:T} | x_0) ) ]" at 450, low[1] + 66 center font ",18"
set label 13 sprintf("L = %.3f nats for a point of the plane; no model can be below %.3f", at[2], at[1]) \
  at 450, low[1] + 110 center font ",13" textcolor rgb signal
set label 21 "divergences of Gaussians" at 450, low[2] + 26 center font ",13" textcolor rgb quiet
set label 22 "E_q[ L_T  +  Σ_{t>1} KL( q(x_{t−1} | x_t, x_0) ‖ p_θ(x_{t−1} | x_t) )  +  L_0 ]" at 450, low[2] + 66 center font ",18"
set label 23 sprintf("%.5f  +  %.3f  %s  %.3f", at[3], at[4], at[5] < 0 ? "−" : "+", abs(at[5])) \
  at 450, low[2] + 110 center font ",13" textcolor rgb signal
set label 31 "distances of means" at 450, low[3] + 26 center font ",13" textcolor rgb quiet
set label 32 "Σ_{t>1} E_q[ 1/(2σ_t²) ‖μ̃_t − μ_θ(x_t, t)‖² ]" at 450, low[3] + 74 center font ",18"
set label 33 sprintf("%.3f, the same number: nothing is lost when both have variance β̃_t", at[4]) \
  at 450, low[3] + 122 center font ",13" textcolor rgb signal
set label 41 "DDPM loss: predict the noise" at 450, low[4] + 32 center font ",15" textcolor rgb truth
set label 42 "‖ε − ε_θ(x_t, t)‖²" at 450, low[4] + 98 center font ",36"
set label 43 sprintf("%.4f in the mean; %.4f is the lowest possible", at[6], at[7]) \
  at 450, low[4] + 165 center font ",13" textcolor rgb signal
set label 44 "✓" at 775, low[4] + 90 center font ",56" textcolor rgb truth
set label 51 "same variance: KL becomes MSE" at 468, low[2] + tall[2] + 35 left font ",14" textcolor rgb "#444444"
set label 52 "split by timesteps" at 468, low[1] + tall[1] + 35 left font ",14" textcolor rgb "#444444"
set label 53 "reparameterize: predict noise instead of mean" at 468, low[3] + tall[3] + 30 left font ",12" textcolor rgb "#444444"
set label 54 "then leave out the weight of each timestep:" at 468, low[3] + tall[3] + 60 left font ",12" textcolor rgb noise
set label 55 "a choice, not an equality" at 468, low[3] + tall[3] + 84 left font ",12" textcolor rgb noise
# The dashed arrow, whose head would be dashed too.
set arrow 13 from 450, low[3] + tall[3] to 450, low[4] - 14 nohead linewidth 2 dashtype 2 linecolor rgb noise front
set arrow 14 from 450, low[4] - 14 to 450, low[4] size 12, 25 linewidth 2 linecolor rgb noise front
plot NaN notitle
