import * as server from '../entries/pages/carried/isolated/_page.server.ts.js';

export const index = 4;
let component_cache;
export const component = async () => component_cache ??= (await import('../entries/pages/carried/isolated/_page.svelte.js')).default;
export { server };
export const server_id = "src/routes/carried/isolated/+page.server.ts";
export const imports = ["_app/immutable/nodes/4.ttoCcWlN.js","_app/immutable/chunks/B6gf4UDY.js","_app/immutable/chunks/-HVBh0a4.js","_app/immutable/chunks/BahV4JL7.js","_app/immutable/chunks/DF0ttrdm.js","_app/immutable/chunks/h7YPRWw_.js"];
export const stylesheets = [];
export const fonts = [];
