import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useTasks } from '../api/queries';
import type { Task } from '../api/types';
import { Chips } from '../components/chips';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { PageHead } from '../components/page-head';
import { Pager } from '../components/pager';
import { DueDate } from '../components/plan-steps';
import { StateChip } from '../components/state-chip';
import { Loaded, StatePage } from '../components/state-page';
import { TimeText, useRelative } from '../components/time-text';
import { useSay } from '../i18n/i18n';
import { taskPath } from '../state/paths';
import { TASK_STATES } from '../state/states';

/** Nothing waits: says so, and when the last one was decided. */
function Empty({ closed }: { closed: boolean }) {
  const { t } = useTranslation();
  const relative = useRelative();
  const last = useTasks({ state: 'closed', mine: true, limit: 1 }).data?.items[0]?.decidedAt;
  if (closed) return <StatePage title={t('inbox.emptyClosed')} />;
  return (
    <StatePage
      title={t('inbox.empty')}
      {...(last === undefined ? {} : { text: t('inbox.emptyLast', { time: relative(last) }) })}
    >
      <Link to="/orders">{t('home.see')}</Link>
    </StatePage>
  );
}

/** To-dos of a plan have a day; approvals have none. */
const TaskDue = ({ task, bare = false }: { task: Task; bare?: boolean }) =>
  task.dueDate === undefined ? null : <DueDate bare={bare} step={{ state: 'ready', dueDate: task.dueDate }} />;

function useColumns(closed: boolean): Column<Task>[] {
  const { t } = useTranslation();
  const say = useSay();
  return [
    {
      key: 'task',
      head: t('inbox.col.task'),
      cell: (task) => (
        <span className="oh-cut">
          <Link tabIndex={-1} to={taskPath(task.taskId)}>
            {say(task.title)}
          </Link>
        </span>
      ),
    },
    {
      key: 'order',
      head: t('orders.col.order'),
      width: '150px',
      cell: (task) => <span className="oh-number">{task.orderNumber}</span>,
    },
    {
      key: 'customer',
      head: t('orders.col.customer'),
      width: '16%',
      cell: (task) => <span className="oh-cut">{task.customerName}</span>,
    },
    {
      key: 'why',
      head: t('inbox.col.why'),
      width: '20%',
      cell: (task) => (
        <span className="oh-cut" title={say(task.reason)}>
          {say(task.reason)}
        </span>
      ),
    },
    ...(closed
      ? []
      : [
          {
            key: 'due',
            head: t('task.due'),
            width: '150px',
            cell: (task: Task) => <TaskDue task={task} bare />,
          },
        ]),
    {
      key: 'gross',
      head: t('orders.col.gross'),
      align: 'end',
      width: '170px',
      cell: (task) => <MoneyCell amount={task.gross} currency={task.currency} />,
    },
    closed
      ? {
          key: 'state',
          head: t('inbox.col.state'),
          width: '110px',
          cell: (task) => <StateChip look={TASK_STATES[task.state]} />,
        }
      : {
          key: 'role',
          head: t('inbox.col.role'),
          width: '120px',
          cell: (task) => <span className="oh-cut">{say(task.roleName)}</span>,
        },
    {
      key: 'time',
      head: t(closed ? 'inbox.col.decided' : 'inbox.col.waits'),
      align: 'end',
      width: '130px',
      cell: (task) => <TimeText instant={task.decidedAt ?? task.createdAt} />,
    },
  ];
}

/** Approvals and to-dos that wait for me, and those that were closed. */
export function Page() {
  const { t } = useTranslation();
  const say = useSay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') === 'closed' ? 'closed' : 'waiting';
  const closed = state === 'closed';
  const cursor = params.get('cursor') ?? '';
  const tasks = useTasks({ state, mine: true, cursor, limit: 50 });
  const columns = useColumns(closed);
  const filter = closed ? { state } : {};
  return (
    <>
      <PageHead title={t('inbox.title')} name={t('inbox.title')} />
      <div className="oh-filters">
        <Chips
          label={t('inbox.col.state')}
          value={state}
          onChange={(v) => setParams(v === 'closed' ? { state: v } : {})}
          options={[
            { value: 'waiting', text: t('inbox.waiting') },
            { value: 'closed', text: t('inbox.closed') },
          ]}
        />
      </div>
      <Loaded result={tasks}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty closed={closed} />
          ) : (
            <section className="oh-panel">
              <LedgerTable
                caption={t('inbox.title')}
                testId="task-row"
                columns={columns}
                rows={page.items}
                rowKey={(task) => task.taskId}
                onOpen={(task) => void navigate(taskPath(task.taskId))}
                card={(task) => ({
                  name: <span className="oh-cut">{task.customerName}</span>,
                  amount: <MoneyCell amount={task.gross} currency={task.currency} />,
                  second: (
                    <>
                      <span>{say(task.title)}</span>
                      <TimeText instant={task.decidedAt ?? task.createdAt} />
                    </>
                  ),
                  foot: closed ? (
                    <StateChip look={TASK_STATES[task.state]} />
                  ) : (
                    <>
                      <span>{say(task.reason)}</span>
                      <TaskDue task={task} />
                    </>
                  ),
                })}
              />
              <Pager
                cursor={cursor}
                next={page.next}
                onGo={(to) => setParams({ ...filter, ...(to ? { cursor: to } : {}) })}
              />
            </section>
          )
        }
      </Loaded>
    </>
  );
}
