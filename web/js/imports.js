// The names the WebAssembly module may import; host.js gives them. Any other undefined name is a
// link error.
mergeInto(LibraryManager.library, {
    js_semantics: function () {},
    js_texture: function () {},
    js_draw: function () {},
    js_glyph: function () {},
    js_glyph_draw: function () {},
    js_glyph_paint: function () {},
    js_http: function () {},
    js_abort: function () {},
    js_save: function () {},
    js_copy: function () {},
    js_open: function () {},
    js_fail: function () {},
});
