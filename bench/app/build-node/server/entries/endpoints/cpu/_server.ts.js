import { t as cpuTime } from "../../../chunks/cpu-time.js";
// src/routes/cpu/+server.ts
var GET = () => Response.json(cpuTime());
export { GET };

//# sourceMappingURL=_server.ts.js.map