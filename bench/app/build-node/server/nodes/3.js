import * as server from '../entries/pages/bare/plain/_page.server.ts.js';

export const index = 3;
let component_cache;
export const component = async () => component_cache ??= (await import('../entries/pages/bare/plain/_page.svelte.js')).default;
export { server };
export const server_id = "src/routes/bare/plain/+page.server.ts";
export const imports = ["_app/immutable/nodes/3.CqIyB-EV.js","_app/immutable/chunks/B6gf4UDY.js","_app/immutable/chunks/-HVBh0a4.js","_app/immutable/chunks/DL4Rj7HE.js","_app/immutable/chunks/DF0ttrdm.js"];
export const stylesheets = [];
export const fonts = [];
