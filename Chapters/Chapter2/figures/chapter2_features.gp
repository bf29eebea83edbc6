# line art
# At which step does each feature sink below the noise of its pixels?
width = 1100; height = 460
load "Chapters/style.gp"
features = data."/features.csv"
left = data."/left.csv"
stats left using "t" nooutput
T = STATS_max
stats features using "contrast" nooutput
array picture_of[STATS_records]
array name[STATS_records]
array contrast[STATS_records]
array sunk[STATS_records]
keep(i) = (picture_of[i] = strcol("picture"), name[i] = strcol("feature"), contrast[i] = column("contrast"), \
  sunk[i] = column("t_pixel"))
stats features using "contrast":(keep(int(column(0)) + 1)) nooutput
set multiplot layout 1, 2
set xlabel "step t"
set ylabel "contrast left, and noise of a pixel"
set xrange [0:T]; set yrange [0:1.6]; set ytics 0, 0.2, 1
set key top right
# A colour for each feature of a picture, none of them the noise's.
style(i) = word("1 3 4 5", 1 + (i - 1) % 4) + 0
first = 1
do for [shown in "portrait mondrian"] {
  last = first
  while (last < |name| && picture_of[last + 1] eq shown) { last = last + 1 }
  set title (shown eq "mondrian" ? "Mondrian-like" : shown)
  plot left using "t":"noise" with lines linestyle 2 title "noise √(1−ᾱ_t)", \
       for [i = first:last] left using "t":(contrast[i] * column("amplitude")) with lines linestyle style(i - first + 1) \
         title sprintf("%s: below it from t = %d", name[i], sunk[i])
  first = last + 1
}
unset multiplot
