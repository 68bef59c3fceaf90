# Makes the folder that the server serves: bundled, minified, named by hash, compressed.
# cmake -D WASM=page.wasm -D WEB=web -D TEMPLATE=index.html -D FONTS=folder -D OUT=dist -P pack.cmake

set(work ${OUT}.work)
file(REMOVE_RECURSE ${OUT} ${work})
file(MAKE_DIRECTORY ${OUT}/assets ${work})

function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(failed)
        message(FATAL_ERROR "${ARGV}\n${said}")
    endif()
endfunction()

# Puts a file under assets/ by its hash, with its compressed forms; sets <variable>.
function(publish variable name file extension)
    file(SHA256 ${file} hash)
    string(SUBSTRING ${hash} 0 12 hash)
    set(published assets/${name}.${hash}.${extension})
    configure_file(${file} ${OUT}/${published} COPYONLY)
    file(CHMOD ${OUT}/${published} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    if(NOT extension STREQUAL "woff2")  # compressed already
        run(brotli -q 11 -f -o ${OUT}/${published}.br ${file})
        run(sh -c "gzip -9 -n -c '${file}' > '${OUT}/${published}.gz'")
    endif()
    set(${variable} /${published} PARENT_SCOPE)
    set_property(GLOBAL APPEND PROPERTY manifest "  \"${name}.${extension}\": \"/${published}\"")
endfunction()

foreach(weight 400 600)
    publish(inter_${weight} inter-${weight} ${FONTS}/inter-${weight}.woff2 woff2)
endforeach()

# The palette's other half: of the same list that theme.h includes what the style sheet asks for.
file(READ ${WEB}/css/page.css css)
file(STRINGS ${WEB}/theme.inc rows REGEX "^CHUKTA_COLOUR")
foreach(row ${rows})
    string(REGEX MATCH "\\(([A-Za-z]+), *([a-z-]+), *0x([0-9A-F]+), *0x([0-9A-F]+)\\)" matched "${row}")
    if(NOT matched)
        message(FATAL_ERROR "theme.inc: ${row}")
    endif()
    set(name ${CMAKE_MATCH_2})
    # In the letters of the style sheet's other words: it compresses better.
    string(TOLOWER ${CMAKE_MATCH_3} by_day)
    string(TOLOWER ${CMAKE_MATCH_4} by_night)
    if(css MATCHES "var\\(--${name}[),]")
        string(APPEND light "--${name}:#${by_day};")
        string(APPEND dark "--${name}:#${by_night};")
    endif()
endforeach()
string(REPLACE "{{inter_400}}" "${inter_400}" css "${css}")
string(REPLACE "{{inter_600}}" "${inter_600}" css "${css}")
set(theme ":root{${light}}\n@media(prefers-color-scheme:dark){:root{${dark}}}\n")
file(WRITE ${work}/page.css "${theme}${css}")
run(sh -c "esbuild --loader=css --minify < '${work}/page.css' > '${work}/page.min.css'")
# In the page itself: a file would be one more round trip before the first paint. The server allows
# it by its hash.
file(READ ${work}/page.min.css css)
string(STRIP "${css}" css)

run(esbuild ${WEB}/js/host.js --bundle --minify --format=esm --target=es2020 --outfile=${work}/page.js)
publish(js_href page ${work}/page.js js)
publish(wasm_href page ${WASM} wasm)

# The server fills in what belongs to one order: see server/pay_page.h.
file(READ ${TEMPLATE} html)
foreach(placeholder css js_href wasm_href)
    string(REPLACE "{{${placeholder}}}" "${${placeholder}}" html "${html}")
endforeach()
file(WRITE ${OUT}/index.html "${html}")

get_property(lines GLOBAL PROPERTY manifest)
list(JOIN lines ",\n" lines)
file(WRITE ${OUT}/manifest.json "{\n${lines}\n}\n")
file(REMOVE_RECURSE ${work})
