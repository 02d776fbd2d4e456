export const manifest = (() => {
function __memo(fn) {
	let value;
	return () => value ??= (value = fn());
}

return {
	app_dir: "_app",
	app_path: "_app",
	assets: new Set([]),
	mime_types: {},
	client: {start:"_app/immutable/entry/start.C4ENZdJb.js",app:"_app/immutable/entry/app.yxt5THr6.js",imports:["_app/immutable/entry/start.C4ENZdJb.js","_app/immutable/entry/payload.DSmR2FwN.js","_app/immutable/chunks/DclECHGd.js","_app/immutable/chunks/AZAfzxoe.js","_app/immutable/chunks/DnNy9odm.js","_app/immutable/chunks/BO3K7f3q.js","_app/immutable/entry/app.yxt5THr6.js"],stylesheets:[],fonts:[],uses_env_dynamic_public:false},
	
	nodes: [
		__memo(() => import('./nodes/0.js')),
		__memo(() => import('./nodes/1.js')),
		__memo(() => import('./nodes/2.js'))
	],
	remotes: {
		
	},
	routes: [
		{
			id: "/",
			pattern: /^\/$/,
			params: [],
			page: { layouts: [0,], errors: [1,], leaf: 2 },
			endpoint: null
		},
		{
			id: "/echo",
			pattern: /^\/echo\/?$/,
			params: [],
			page: null,
			endpoint: __memo(() => import('./entries/endpoints/echo/_server.ts.js'))
		}
	],
	prerendered_routes: new Set([]),
	matchers: async () => {
		return {};
	},
	server_assets: {}
}
})();
