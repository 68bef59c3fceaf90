# The names of a list without what belongs to them: a word or a colour that changes then builds one file, and not every
# file that names one. Written only when it differs.
#   cmake -D LIST=messages.inc -D MACRO=CHUKTA_TEXT -D OUT=text_names.inc -P names.cmake
file(READ ${LIST} list)
string(REGEX MATCHALL "\n${MACRO}\\([A-Za-z0-9]+," rows "${list}")
string(REGEX REPLACE "\n${MACRO}\\(([A-Za-z0-9]+),;?" "${MACRO}_NAME(\\1)\n" names "${rows}")
file(CONFIGURE OUTPUT ${OUT} CONTENT "${names}" @ONLY)
