export const manifest = (() => {
function __memo(fn) {
	let value;
	return () => value ??= (value = fn());
}

return {
	app_dir: "_app",
	app_path: "_app",
	assets: new Set(["style.css"]),
	mime_types: {".css":"text/css"},
	client: {start:"_app/immutable/entry/start.iNIwQTzj.js",app:"_app/immutable/entry/app.CJVAr8hN.js",imports:["_app/immutable/entry/start.iNIwQTzj.js","_app/immutable/entry/payload.DSmR2FwN.js","_app/immutable/chunks/DclECHGd.js","_app/immutable/chunks/CwySMaJR.js","_app/immutable/chunks/B6gf4UDY.js","_app/immutable/chunks/Ctbee_SQ.js","_app/immutable/chunks/h7YPRWw_.js","_app/immutable/entry/app.CJVAr8hN.js"],stylesheets:[],fonts:[],uses_env_dynamic_public:false},
	
	nodes: [
		__memo(() => import('./nodes/0.js')),
		__memo(() => import('./nodes/1.js')),
		__memo(() => import('./nodes/2.js')),
		__memo(() => import('./nodes/3.js')),
		__memo(() => import('./nodes/4.js')),
		__memo(() => import('./nodes/5.js'))
	],
	remotes: {
		
	},
	routes: [
		{
			id: "/access",
			pattern: /^\/access\/?$/,
			params: [],
			page: null,
			endpoint: __memo(() => import('./entries/endpoints/access/_server.ts.js'))
		},
		{
			id: "/bare/isolated",
			pattern: /^\/bare\/isolated\/?$/,
			params: [],
			page: { layouts: [0,], errors: [1,], leaf: 2 },
			endpoint: null
		},
		{
			id: "/bare/plain",
			pattern: /^\/bare\/plain\/?$/,
			params: [],
			page: { layouts: [0,], errors: [1,], leaf: 3 },
			endpoint: null
		},
		{
			id: "/carried/isolated",
			pattern: /^\/carried\/isolated\/?$/,
			params: [],
			page: { layouts: [0,], errors: [1,], leaf: 4 },
			endpoint: null
		},
		{
			id: "/carried/plain",
			pattern: /^\/carried\/plain\/?$/,
			params: [],
			page: { layouts: [0,], errors: [1,], leaf: 5 },
			endpoint: null
		},
		{
			id: "/cpu",
			pattern: /^\/cpu\/?$/,
			params: [],
			page: null,
			endpoint: __memo(() => import('./entries/endpoints/cpu/_server.ts.js'))
		},
		{
			id: "/json",
			pattern: /^\/json\/?$/,
			params: [],
			page: null,
			endpoint: __memo(() => import('./entries/endpoints/json/_server.ts.js'))
		}
	],
	prerendered_routes: new Set([]),
	matchers: async () => {
		return {};
	},
	server_assets: {}
}
})();
