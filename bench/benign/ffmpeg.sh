#!/bin/sh
# about: films encoded, cut and encoded anew over the old ones
# needs: ffmpeg
# quick: no
. "$(dirname "$0")/common.sh"
for n in $(seq "$(many 12 4)"); do
    ffmpeg -v error -nostdin -f lavfi -i "testsrc=duration=3:size=320x240" -f lavfi -i "sine=duration=3" "film-$n.mp4"
    ffmpeg -v error -nostdin -i "film-$n.mp4" "film-$n.mkv"
    ffmpeg -v error -nostdin -i "film-$n.mkv" -t 1 "cut-$n.mp4"
    mv "cut-$n.mp4" "film-$n.mp4" && rm "film-$n.mkv"
    ffmpeg -v error -nostdin -i "film-$n.mp4" "sound-$n.mp3"
done
