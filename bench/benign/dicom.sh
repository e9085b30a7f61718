#!/bin/sh
# about: a DICOM import: pictures received over the network, changed and anonymised in place
# needs: img2dcm dcmdjpeg dcmodify storescp storescu convert
# quick: yes
. "$(dirname "$0")/common.sh"
mkdir in archive
for n in $(seq "$(many 80 15)"); do
    convert -size 256x256 "plasma:fractal" -colorspace Gray "in/$n.jpg"
    img2dcm -q "in/$n.jpg" "in/$n.dcm" -k "PatientName=TEST^$n" && rm "in/$n.jpg"
    dcmdjpeg -q "in/$n.dcm" "in/$n.raw" && mv "in/$n.raw" "in/$n.dcm"
done
port=$((20000 + $$ % 20000))
storescp -od archive -su study "$port" & server=$!
trap 'kill $server 2>/dev/null || true' EXIT
sent=no
for try in $(seq 50); do
    if storescu localhost "$port" in/*.dcm 2>/dev/null; then sent=yes; break; fi
    sleep 0.1
done
[ $sent = yes ]
kill $server
find archive -type f -exec dcmodify -m "PatientName=ANONYMOUS" {} +
find archive -name '*.bak' -delete
