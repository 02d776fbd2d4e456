import '#lib/realtime.ts'
