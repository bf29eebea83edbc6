# One place asks all places, and where four places look.
width = 1000; height = 390
load "Chapters/style.gp"
table = data."/attention.csv"
stats table using (column("place")) every 49 nooutput
array asking[4]
do for [k = 1:4] {
  stats table using (column("place")) every ::(49 * (k - 1))::(49 * (k - 1)) nooutput
  asking[k] = int(STATS_max)
}
array share[49]
keep(k) = (share[k] = column("share"), k)
stats table using (keep(int(column("other")) + 1)) every ::0::48 nooutput
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1000]; set yrange [390:0]
row(place) = int(place) / 7
col(place) = int(place) % 7
# Left: the digit, large, with lines from the first place, as thick as the share.
dot = 10.0; left = 20; top = 66; cell = 4 * dot
x(place) = left + cell * (col(place) + 0.5)
y(place) = top + cell * (row(place) + 0.5)
do for [i = 1:6] {
  set arrow from left + cell * i, top to left + cell * i, top + 7 * cell nohead linecolor rgb "#666666" linewidth 0.5 front
  set arrow from left, top + cell * i to left + 7 * cell, top + cell * i nohead linecolor rgb "#666666" linewidth 0.5 front
}
do for [k = 0:48] {
  if (k != asking[1] && 49 * share[k + 1] > 0.25) {
    set arrow from x(asking[1]), y(asking[1]) to x(k), y(k) nohead linecolor rgb network linewidth 1.4 * 49 * share[k + 1] front
  }
}
set object 1 rectangle from left + cell * col(asking[1]), top + cell * row(asking[1]) rto cell, cell fillstyle empty border linecolor rgb accent linewidth 3.5 front
set label "one place asks all" at left + 3.5 * cell, 36 center font ",15"
# Right: four places; the color is the share in multiples of an equal share.
small = 5.0; panel = 28 * small
px(k) = 390 + (k == 1 || k == 3 ? 0 : panel + 28)
py(k) = 66 + (k <= 2 ? 0 : panel + 18)
do for [k = 1:4] {
  set object 10 + k rectangle from px(k) + 4 * small * col(asking[k]), py(k) + 4 * small * row(asking[k]) rto 4 * small, 4 * small \
    fillstyle empty border linecolor rgb accent linewidth 3.5 front
}
set label "where four places look" at 390 + panel + 14, 36 center font ",15"
# A veil over the digit: white where little is taken, dark where much is; the eye needs the root.
top_share = 7.0
part(share) = 49 * share > top_share ? 1.0 : 49 * share / top_share
mix(full, share) = int(255 - (255 - full) * sqrt(part(share)))
argb(share) = 0x48 * 2**24 + mix(0x8b, share) * 65536 + mix(0x0f, share) * 256 + mix(0x6b, share)
set style fill solid noborder
bar_left = 770; bar_top = 90; bar_high = 250
do for [i = 0:49] {
  share = top_share / 49 * (1 - i / 49.0)
  set object 100 + i rectangle from bar_left, bar_top + bar_high * i / 50.0 rto 26, bar_high / 50.0 + 0.6 fillcolor rgb argb(share) fillstyle solid noborder front
}
set object 99 rectangle from bar_left, bar_top rto 26, bar_high fillstyle empty border linecolor rgb quiet front
do for [i = 0:7] { set label sprintf("%d", i) at bar_left + 36, bar_top + bar_high * (1 - i / 7.0) left font ",12" }
set label "share taken in," at 840, 190 left font ",12"
set label "1 being an equal" at 840, 212 left font ",12"
set label "share, 1/49" at 840, 234 left font ",12"
noisy = data."/portrayed_noisy.pgm"
picture28 = "binary array=(28, 28) skip=header(28, 28) format='%uchar'"
plot noisy @picture28 dx=dot dy=dot origin=(left + dot / 2, top + dot / 2) with image, \
  for [k = 1:4] noisy @picture28 dx=small dy=small origin=(px(k) + small / 2, py(k) + small / 2) with image, \
  for [k = 1:4] table using (column("place") == asking[k] ? px(k) + 4 * small * (col(column("other")) + 0.5) : NaN): \
    (py(k) + 4 * small * (row(column("other")) + 0.5)):(2 * small):(2 * small):(argb(column("share"))) with boxxyerror linecolor rgb variable
