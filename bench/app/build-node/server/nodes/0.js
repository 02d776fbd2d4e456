

export const index = 0;
let component_cache;
export const component = async () => component_cache ??= (await import('../entries/fallbacks/layout.svelte.js')).default;
export const imports = ["_app/immutable/nodes/0.Dq4z1lwb.js","_app/immutable/chunks/B6gf4UDY.js"];
export const stylesheets = [];
export const fonts = [];
