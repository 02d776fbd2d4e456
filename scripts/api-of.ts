import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

interface Manifest {
  name: string
  exports: Record<string, string | { types: string }>
}

const printer = ts.createPrinter({ removeComments: true })

/** The public declarations of a built package, entry by entry: what its `api.md` holds. */
export function apiOf(folder: string): string {
  const { name, exports } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Manifest
  const entries = Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string' ? [] : [[entry, join(folder, target.types)] as const],
  )
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    { module: ts.ModuleKind.NodeNext, skipLibCheck: true, noEmit: true },
  )
  const checker = program.getTypeChecker()
  const sections = entries.map(([entry, file]) => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    const symbols = module ? checker.getExportsOfModule(module) : []
    const declarations = symbols
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((symbol) => declarationOf(checker, symbol))
    return `## ${entry === '.' ? name : name + entry.slice(1)}\n\n\`\`\`ts\n${declarations.join('\n')}\n\`\`\`\n`
  })
  return `# The public API of ${name}\n\nWritten by \`npm run pack\`; a change of it needs a changeset.\n\n${sections.join('\n')}`
}

function declarationOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const texts = (target.declarations ?? []).map((declaration) => {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
    const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    return text.replace(/^(export )?(default )?(declare )?/, 'export ')
  })
  return texts.length > 0 ? texts.join('\n') : `export ${symbol.name}`
}
