// ImGui's triangles by WebGL 1: one program, alpha textures.

const vertexShader =
    "uniform vec2 s;attribute vec2 p,u;attribute vec4 c;varying vec2 t;varying vec4 k;" +
    "void main(){t=u;k=c;gl_Position=vec4(p/s*vec2(2,-2)+vec2(-1,1),0,1);}";
const fragmentShader =
    "precision mediump float;uniform sampler2D x;varying vec2 t;varying vec4 k;" +
    "void main(){gl_FragColor=vec4(k.rgb,k.a*texture2D(x,t).a);}";

// Drawing by the processor, which browsers pass off as graphics hardware. The elements alone are quicker.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function isSoftware(gl) {
    const named = gl.getExtension("WEBGL_debug_renderer_info");
    return named && SOFTWARE.test(gl.getParameter(named.UNMASKED_RENDERER_WEBGL));
}

/** A painter on the canvas, or null where WebGL is missing. `any`: even if it is slow. */
export function painter(canvas, any) {
    const gl = canvas.getContext("webgl", {
        alpha: false,
        antialias: false,
        depth: false,
        failIfMajorPerformanceCaveat: !any,
    });
    if (!gl || (!any && isSoftware(gl))) return null;
    const textures = new Map();
    let program, size;

    // Asks nothing: an answer is waited for until the graphics process has done all before it, and a
    // cheap phone compiles shaders for long. The module is on its way meanwhile.
    function start() {
        program = gl.createProgram();
        for (const [type, source] of [
            [gl.VERTEX_SHADER, vertexShader],
            [gl.FRAGMENT_SHADER, fragmentShader],
        ]) {
            const shader = gl.createShader(type);
            gl.shaderSource(shader, source);
            gl.compileShader(shader);
            gl.attachShader(program, shader);
        }
        ["p", "u", "c"].forEach((name, i) => {
            gl.bindAttribLocation(program, i, name);
            gl.enableVertexAttribArray(i);
        });
        gl.linkProgram(program);
        size = null;
        gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
        gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
        textures.clear();
    }
    start();

    return {
        start,
        /** Creates a texture, changes rows of it, or (without pixels) deletes it. */
        texture(id, width, height, y, rows, pixels) {
            let texture = textures.get(id);
            if (!pixels) {
                gl.deleteTexture(texture);
                textures.delete(id);
                return;
            }
            if (!texture) {
                textures.set(id, (texture = gl.createTexture()));
                gl.bindTexture(gl.TEXTURE_2D, texture);
                for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
                    gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
                for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
                    gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
                const none = new Uint8Array(width * height);
                gl.texImage2D(gl.TEXTURE_2D, 0, gl.ALPHA, width, height, 0, gl.ALPHA, gl.UNSIGNED_BYTE, none);
            }
            gl.bindTexture(gl.TEXTURE_2D, texture);
            gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, y, width, rows, gl.ALPHA, gl.UNSIGNED_BYTE, pixels);
        },
        draw(width, height, clear, vertices, indices, commands) {
            if (!size) {
                gl.useProgram(program);
                size = gl.getUniformLocation(program, "s");
            }
            // A page too high for the hardware is drawn coarser, never cut.
            const most = Math.min(gl.getParameter(gl.MAX_RENDERBUFFER_SIZE), 16384);
            const area = 16.7e6;
            const scale = Math.min(1, most / height, most / width, Math.sqrt(area / (width * height)));
            const w = Math.round(width * scale);
            const h = Math.round(height * scale);
            if (canvas.width !== w) canvas.width = w;
            if (canvas.height !== h) canvas.height = h;
            gl.viewport(0, 0, w, h);
            gl.clearColor((clear & 255) / 255, ((clear >> 8) & 255) / 255, ((clear >> 16) & 255) / 255, 1);
            gl.clear(gl.COLOR_BUFFER_BIT);
            gl.uniform2f(size, width, height);
            gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STREAM_DRAW);
            gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STREAM_DRAW);
            for (let i = 0; i < commands.length; i += 4) {
                const [id, count, first, base] = commands.subarray(i, i + 4);
                gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 20, base * 20);
                gl.vertexAttribPointer(1, 2, gl.FLOAT, false, 20, base * 20 + 8);
                gl.vertexAttribPointer(2, 4, gl.UNSIGNED_BYTE, true, 20, base * 20 + 16);
                gl.bindTexture(gl.TEXTURE_2D, textures.get(id) || null);
                gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_SHORT, first * 2);
            }
        },
    };
}
