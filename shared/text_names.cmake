# The names of the texts without their words: a word that changes then builds messages.cpp, and not every file that
# names a text. Written only when it differs.
#   cmake -D MESSAGES=messages.inc -D OUT=text_names.inc -P text_names.cmake
file(READ ${MESSAGES} messages)
string(REGEX MATCHALL "\nCHUKTA_TEXT\\([A-Za-z0-9]+," rows "${messages}")
string(REGEX REPLACE "\nCHUKTA_TEXT\\(([A-Za-z0-9]+),;?" "CHUKTA_TEXT_NAME(\\1)\n" names "${rows}")
file(CONFIGURE OUTPUT ${OUT} CONTENT "${names}" @ONLY)
