#!/bin/sh
# about: LibreOffice converts documents and saves them anew
# needs: soffice
# quick: no
. "$(dirname "$0")/common.sh"
mkdir in out
for n in $(seq "$(many 20 3)"); do seq "$n" $((n * 400)) > "in/letter-$n.txt"; done
convert() { soffice --headless -env:UserInstallation="file://$HOME/office" --convert-to "$@" > /dev/null 2>&1; }
convert docx --outdir out in/*.txt
convert odt --outdir out in/*.txt
convert pdf --outdir out out/*.docx
# In place, as saving does.
convert docx:"MS Word 2007 XML" --outdir out out/*.odt
