# line art
# Which factor of the noising does the bound compare with which of the model's?
width = 900; height = 370
load "Chapters/style.gp"
unset border; unset tics; unset grid; unset key
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:900]; set yrange [370:0]
array name[5] = ["x_T", "x_t", "x_{t−1}", "x_1", "x_0"]
array at[5] = [75, 275, 500, 650, 825]
high = 110; low = 275; radius = 29
# The rungs, between the middles of two arrows or two circles.
middle = (at[2] + at[3]) / 2.0; last = (at[4] + at[5]) / 2.0
set arrow 31 from at[1], high + radius to at[1], low - radius nohead linewidth 2.5 dashtype 2 linecolor rgb accent
set arrow 32 from middle, high + 4 to middle, low - 4 nohead linewidth 2.5 dashtype 2 linecolor rgb accent
set arrow 33 from at[5], high + radius to at[5], low - radius nohead linewidth 2.5 dashtype 2 linecolor rgb accent
set label 31 "L_T" at at[1] + 12, 192 font ",17" textcolor rgb accent
set label 32 "L_{t−1}" at middle + 12, 192 font ",17" textcolor rgb accent
set label 33 "L_0" at at[5] + 12, 192 font ",17" textcolor rgb accent
do for [k = 1:5] {
  do for [row = 1:2] {
    y = row == 1 ? high : low
    shade = row == 1 ? signal : network
    filled = row == 1 && k == 5
    set object 10 * row + k circle at at[k], y size radius fillcolor rgb (filled ? "#d6e7f3" : "#ffffff") fillstyle solid \
      border linecolor rgb shade linewidth 2 front
    set label 10 * row + k name[k] at at[k], y center font ",15" front
    if (k < 5 && (row == 2 || k < 4)) {
      if (k == 1 || k == 3) {
        set label 30 * row + 50 + k "· · ·" at (at[k] + at[k + 1]) / 2.0, y center font ",20" textcolor rgb shade
      } else {
        set arrow 10 * row + k from at[k] + radius, y to at[k + 1] - radius, y size 9, 25 linewidth 2 linecolor rgb shade
      }
    }
  }
}
set label 51 "noising, read from its other end; it knows x_0" at 50, 28 font ",15" textcolor rgb signal
set label 52 "the model, which does not" at 50, 345 font ",15" textcolor rgb network
set label 53 "q(x_{t−1} | x_t, x_0)" at middle, high - 26 center font ",14" textcolor rgb signal
set label 54 "p_θ(x_{t−1} | x_t)" at middle, low + 30 center font ",14" textcolor rgb network
set label 55 "q(x_T | x_0)" at at[1], high - 46 center font ",13" textcolor rgb signal
set label 56 "p(x_T)" at at[1] + 34, low + 34 left font ",13" textcolor rgb network
set label 57 "p_θ(x_0 | x_1)" at last, low + 30 center font ",14" textcolor rgb network
plot NaN notitle
