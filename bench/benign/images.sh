#!/bin/sh
# about: ImageMagick makes pictures, converts them and changes them in place
# needs: convert mogrify
# quick: yes
. "$(dirname "$0")/common.sh"
mkdir in out
for n in $(seq "$(many 60 12)"); do convert -size 640x480 "plasma:fractal" "in/picture-$n.png"; done
mogrify -path out -format jpg -quality 85 in/*.png
mogrify -resize 50% out/*.jpg
mogrify -rotate 90 in/*.png
convert in/*.png out/all.tiff
rm in/*.png
