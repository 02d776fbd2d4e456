import * as server from '../entries/pages/carried/plain/_page.server.ts.js';

export const index = 5;
let component_cache;
export const component = async () => component_cache ??= (await import('../entries/pages/carried/plain/_page.svelte.js')).default;
export { server };
export const server_id = "src/routes/carried/plain/+page.server.ts";
export const imports = ["_app/immutable/nodes/5.evc3Qsf2.js","_app/immutable/chunks/B6gf4UDY.js","_app/immutable/chunks/DL4Rj7HE.js","_app/immutable/chunks/DF0ttrdm.js"];
export const stylesheets = [];
export const fonts = [];
