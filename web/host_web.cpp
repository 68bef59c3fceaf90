// The page in a browser: the only imports and exports of the WebAssembly module. Strings come in
// through one buffer (app_buffer) as fields between zero bytes, and go out as pointer and length.

#include <imgui.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "web/host.h"
#include "web/view.h"

#define CHUKTA_EXPORT(name) __attribute__((export_name(#name))) extern "C"

// web/js/imports.js names these, so that any other undefined name is a link error.
extern "C" {
void js_semantics(const char* json, int size);
void js_texture(int id, int width, int height, int y, int rows, const void* pixels);
void js_draw(
    float width,
    float height,
    unsigned clear,
    const int* sizes,
    const void* vertices,
    const void* indices,
    const int* commands
);
void js_glyph(int weight, const char* text, int size, float em_px, float* out);
void js_glyph_draw();
void js_glyph_paint(void* out);
void js_http(int id, int flags, int timeout_ms, const char* fields, int size);
void js_abort(int id);
void js_save(const char* text, int size);
void js_copy(const char* text, int size);
int js_open(const char* href, int size, int flags);
void js_fail(const char* text, int size);
}

namespace {

[[noreturn]] void stop(std::string_view why) {
    js_fail(why.data(), static_cast<int>(why.size()));
    __builtin_trap();
}

}  // namespace

// assert() is on in every build; here its message goes to the console and the module stops.
extern "C" void __assert_fail(const char* text, const char*, int, const char*) { stop(text); }

// Where abort() ends: no memory is left, or a length is impossible. libc's asks a system for its
// end.
extern "C" void _Exit(int) { stop("abort"); }

namespace chukta::page {
namespace {

int size_of(std::string_view text) { return static_cast<int>(text.size()); }

class WebHost : public Host {
public:
    void send(const Request& request) override {
        constexpr int kPost = 1, kOutlivesPage = 2;
        std::string fields = request.path;
        for (const std::string_view one :
             {std::string_view{request.key},
              word(request.device),
              std::string_view{request.body}}) {
            fields += '\0';
            fields += one;
        }
        const int flags = (request.post ? kPost : 0) | (request.outlives_page ? kOutlivesPage : 0);
        js_http(request.id, flags, request.timeout_ms, fields.data(), size_of(fields));
    }
    void abort(int request) override { js_abort(request); }
    void save(const std::string& text) override { js_save(text.data(), size_of(text)); }
    void copy(const std::string& text) override { js_copy(text.data(), size_of(text)); }
    bool open(const OpenLink& link) override {
        const int flags = (link.new_tab ? 1 : 0) | (link.only_if_activated ? 2 : 0);
        return js_open(link.href.data(), size_of(link.href), flags) != 0;
    }
};

class CanvasGlyphs : public GlyphSource {
public:
    GlyphMetrics measure(Weight weight, std::string_view text, float em_px) override {
        std::array<float, 6> m{};
        js_glyph(static_cast<int>(weight), text.data(), size_of(text), em_px, m.data());
        return {
            m[0],
            m[1],
            m[2],
            static_cast<int>(m[3]),
            static_cast<int>(m[4]),
            static_cast<int>(m[5])};
    }
    void draw() override { js_glyph_draw(); }
    void paint(unsigned char* out) override { js_glyph_paint(out); }
};

/// Everything of the one page in this module.
struct App {
    Page page;
    WebHost host;
    CanvasGlyphs glyphs;
    View view{glyphs};
    Environment env;
    std::string inbox;
    std::string sent;  ///< the semantics that the mirror has

    void take(double now_ms, decltype(Event::what) what) {
        run(page, host, Event{static_cast<EpochMs>(now_ms), std::move(what)});
    }
    /// The fields of the inbox.
    std::vector<std::string> fields(int size) const {
        std::vector<std::string> out(1);
        for (const char c : std::string_view{inbox}.substr(0, static_cast<std::size_t>(size))) {
            if (c == '\0') {
                out.emplace_back();
            } else {
                out.back() += c;
            }
        }
        out.resize(12);
        return out;
    }
};

App& app() {
    static App one;
    return one;
}

int number(const std::string& text) { return std::atoi(text.c_str()); }

void send_textures(bool painted) {
    for (ImTextureData* texture : app().view.painter().textures()) {
        const bool wanted = texture->Status == ImTextureStatus_WantCreate ||
                            texture->Status == ImTextureStatus_WantUpdates;
        if (wanted && painted) {
            const bool fresh = texture->Status == ImTextureStatus_WantCreate;
            if (fresh) texture->SetTexID(static_cast<ImTextureID>(texture->UniqueID + 1));
            // Whole rows: their bytes lie together, and WebGL 1 cannot skip within a row.
            const int y = fresh ? 0 : texture->UpdateRect.y;
            const int h = fresh ? texture->Height : texture->UpdateRect.h;
            js_texture(
                static_cast<int>(texture->TexID),
                texture->Width,
                texture->Height,
                y,
                h,
                texture->GetPixelsAt(0, y)
            );
            texture->SetStatus(ImTextureStatus_OK);
        } else if (texture->Status == ImTextureStatus_WantDestroy && texture->UnusedFrames > 0) {
            js_texture(static_cast<int>(texture->TexID), 0, 0, 0, 0, nullptr);
            texture->SetTexID(ImTextureID_Invalid);
            texture->SetStatus(ImTextureStatus_Destroyed);
        }
    }
}

void paint(const Environment& env, float height_css) {
    static_assert(sizeof(ImDrawVert) == 20 && sizeof(ImDrawIdx) == 2);
    const Painter& painter = app().view.painter();
    const ImDrawList& list = painter.drawn();
    std::vector<int> commands;
    for (const ImDrawCmd& one : list.CmdBuffer) {
        if (one.ElemCount == 0) continue;
        // Bound per command: a frame in which the atlas grew uses two textures.
        for (const int value :
             {static_cast<int>(one.GetTexID()),
              static_cast<int>(one.ElemCount),
              static_cast<int>(one.IdxOffset),
              static_cast<int>(one.VtxOffset)}) {
            commands.push_back(value);
        }
    }
    const int sizes[] = {
        list.VtxBuffer.Size * 20, list.IdxBuffer.Size * 2, static_cast<int>(commands.size())};
    js_draw(
        painter.width(),
        height_css * env.dpr,
        packed(Colour::Background, env.dark),
        sizes,
        list.VtxBuffer.Data,
        list.IdxBuffer.Data,
        commands.data()
    );
}

double next_ms() {
    const auto next = next_wake_ms(app().page);
    return next ? static_cast<double>(*next) : -1.0;
}

}  // namespace

CHUKTA_EXPORT(app_buffer) char* app_buffer(int size) {
    app().inbox.resize(static_cast<std::size_t>(size));
    return app().inbox.data();
}

CHUKTA_EXPORT(app_open) void app_open(int size, double now_ms) {
    constexpr int kMobile = 1, kCoarse = 2, kNoHover = 4, kVisible = 8, kOnline = 16;
    const auto f = app().fields(size);
    const int flags = number(f[6]);
    Opened opened{f[0], f[1], f[2], {}, f[5] == "hi" ? Language::Hindi : Language::English};
    opened.facts = {
        f[3],
        f[4],
        (flags & kMobile) != 0,
        number(f[7]),
        number(f[8]),
        (flags & kCoarse) != 0,
        (flags & kNoHover) != 0};
    opened.visible = (flags & kVisible) != 0;
    opened.online = (flags & kOnline) != 0;
    opened.query = f[9];
    app().take(now_ms, std::move(opened));
}

CHUKTA_EXPORT(app_env) void app_env(float width, float dpr, float text_scale, int flags) {
    auto& env = app().env;
    env.width = width;
    env.dpr = dpr;
    env.text_scale = text_scale;
    env.dark = (flags & 1) != 0;
    env.reduced_motion = (flags & 2) != 0;
    env.dom = (flags & 4) != 0;
}

CHUKTA_EXPORT(app_action) void app_action(int size, double now_ms) {
    const auto f = app().fields(size);
    const auto kind = static_cast<Acted::Kind>(number(f[0]));
    app().take(now_ms, Acted{kind, f[1], f[2], f[3]});
}

CHUKTA_EXPORT(app_pointer) void app_pointer(int size) {
    const auto f = app().fields(size);
    app().env.hovered = f[0];
    app().env.pressed = f[1];
}

CHUKTA_EXPORT(app_answer) void app_answer(int request, int status, int size, double now_ms) {
    const auto body = std::string_view{app().inbox}.substr(0, static_cast<std::size_t>(size));
    app().take(now_ms, Answered{request, status, std::string{body}});
}

CHUKTA_EXPORT(app_state) void app_state(int what, int value, double now_ms) {
    constexpr int kVisibility = 0, kConnection = 1, kReturned = 2, kFocus = 3;
    if (what == kVisibility) {
        app().take(now_ms, VisibilityChanged{value != 0});
    } else if (what == kConnection) {
        app().take(now_ms, ConnectionChanged{value != 0});
    } else if (what == kReturned) {
        app().take(now_ms, Returned{});
    } else if (what == kFocus) {
        app().take(now_ms, FocusChanged{value != 0});
    } else {
        app().take(now_ms, Copied{value != 0});
    }
}

/// Time for what needs no frame: the tab is hidden. Answers in how many ms again, or -1.
CHUKTA_EXPORT(app_tick) double app_tick(double now_ms) {
    app().take(now_ms, Tick{});
    return next_ms();
}

/// One frame. Answers in how many ms the next is wanted: 0 at once, -1 not before an event.
CHUKTA_EXPORT(app_frame) double app_frame(double now_s, double now_ms) {
    auto& a = app();
    a.take(now_ms, Tick{});
    a.env.now_s = now_s;
    const Frame frame = a.view.draw(a.page, a.env);
    send_textures(!a.env.dom);
    if (!a.env.dom) paint(a.env, frame.semantics.height);
    auto json = to_json(frame.semantics);
    if (json != a.sent) {
        js_semantics(json.data(), size_of(json));
        a.sent = std::move(json);
    }
    return frame.moving && !a.env.dom ? 0.0 : next_ms();
}

/// The fonts have come after the first glyphs were drawn.
CHUKTA_EXPORT(app_fonts) void app_fonts() { app().view.discard_glyphs(); }

/// The graphics context is new: it has no texture.
CHUKTA_EXPORT(app_context) void app_context() {
    for (ImTextureData* texture : app().view.painter().textures()) {
        if (texture->Status == ImTextureStatus_Destroyed) continue;
        texture->SetTexID(ImTextureID_Invalid);
        if (texture->Status != ImTextureStatus_WantDestroy) {
            texture->SetStatus(ImTextureStatus_WantCreate);
        }
    }
}

}  // namespace chukta::page
