import type { ReactNode } from 'react';
import {
  Cell,
  Column,
  Row,
  type SortDescriptor,
  Table as AriaTable,
  TableBody,
  TableHeader,
} from 'react-aria-components/Table';
import { Icon } from './icons/icon.tsx';
import './table.css';

export interface TableColumn<Item> {
  readonly id: string;
  readonly title: string;
  readonly render: (item: Item) => ReactNode;
  /** The column that names the row to a screen reader; one per table. */
  readonly isRowHeader?: boolean;
  readonly isSortable?: boolean;
  readonly align?: 'start' | 'end';
  readonly width?: number | string;
  /** The heading is read out but not seen (a column of buttons). */
  readonly hideTitle?: boolean;
}

export interface TableProps<Item extends { readonly id: string }> {
  readonly label: string;
  readonly columns: readonly TableColumn<Item>[];
  readonly items: readonly Item[];
  /** Enter or click on a row. */
  readonly onOpen?: (item: Item) => void;
  readonly sort?: SortDescriptor;
  readonly onSort?: (sort: SortDescriptor) => void;
  readonly empty?: ReactNode;
  /** 'dense': rows of 28 px; 'roomy': for cells of two lines. */
  readonly density?: 'dense' | 'roomy';
}

function Heading<Item>({ column, sort }: { column: TableColumn<Item>; sort?: SortDescriptor }) {
  if (column.hideTitle === true) return <span className="ui-visually-hidden">{column.title}</span>;
  const sorted = sort?.column === column.id ? sort.direction : null;
  return (
    <span className="ui-table-heading">
      {column.title}
      {sorted === null ? null : (
        <Icon name={sorted === 'ascending' ? 'chevron-up' : 'chevron-down'} size={14} />
      )}
    </span>
  );
}

export function Table<Item extends { readonly id: string }>(props: TableProps<Item>) {
  const { label, columns, items, onOpen, sort, onSort, empty, density = 'dense' } = props;
  return (
    <div className="ui-table-frame">
      <AriaTable
        aria-label={label}
        className="ui-table"
        data-density={density}
        {...(sort === undefined ? {} : { sortDescriptor: sort })}
        onSortChange={(next) => onSort?.(next)}
      >
        <TableHeader>
          {columns.map((column) => (
            <Column
              key={column.id}
              id={column.id}
              isRowHeader={column.isRowHeader ?? false}
              allowsSorting={column.isSortable ?? false}
              data-align={column.align ?? 'start'}
              style={column.width === undefined ? {} : { width: column.width }}
            >
              <Heading column={column} {...(sort === undefined ? {} : { sort })} />
            </Column>
          ))}
        </TableHeader>
        <TableBody renderEmptyState={() => empty}>
          {items.map((item) => (
            <Row
              key={item.id}
              id={item.id}
              {...(onOpen === undefined ? {} : { onAction: () => onOpen(item) })}
            >
              {columns.map((column) => (
                <Cell key={column.id} data-align={column.align ?? 'start'}>
                  {column.render(item)}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </AriaTable>
    </div>
  );
}
