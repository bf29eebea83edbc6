# line art
# At which step does each feature sink below the noise of its pixels?
width = 1100; height = 460
load "Chapters/style.gp"
features = data."/features.csv"
left = data."/left.csv"
stats left using "t" nooutput
T = STATS_max
names = system(sprintf("tail -n +2 '%s' | cut -d , -f 2 | tr ' ' '_'", features))
name(i) = system(sprintf("echo '%s' | tr '_' ' '", word(names, i)))
array contrast[words(names)]
array sunk[words(names)]
do for [i = 1:words(names)] {
  stats features using "contrast" every ::(i - 1)::(i - 1) nooutput
  contrast[i] = STATS_max
  stats features using "t_pixel" every ::(i - 1)::(i - 1) nooutput
  sunk[i] = STATS_max
}
set multiplot layout 1, 2
set xlabel "step t"
set ylabel "contrast left, and noise of a pixel"
set xrange [0:T]; set yrange [0:1.6]; set ytics 0, 0.2, 1
set key top right
set title "portrait"
plot left using "t":"noise" with lines linestyle 2 title "noise √(1−ᾱ_t)", \
     for [i = 1:3] left using "t":(contrast[i] * column("amplitude")) with lines linestyle word("1 3 4", i) + 0 \
       title sprintf("%s: below it from t = %d", name(i), sunk[i])
set title "Mondrian-like"
plot left using "t":"noise" with lines linestyle 2 title "noise √(1−ᾱ_t)", \
     for [i = 4:7] left using "t":(contrast[i] * column("amplitude")) with lines linestyle word("0 0 0 1 3 4 5", i) + 0 \
       title sprintf("%s: below it from t = %d", name(i), sunk[i])
unset multiplot
