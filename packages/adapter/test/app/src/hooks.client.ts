// oxlint-disable-next-line no-unassigned-import -- it connects
import '#lib/realtime.ts'
