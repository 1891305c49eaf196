import { Button } from '../../ui/button.tsx';

/** Names as they stand on slides everywhere; the field takes any other. */
const COMMON_STAINS = ['H&E', 'PAS', 'Masson', 'Ki-67', 'ER', 'PR', 'HER2', 'CK', 'P53'] as const;

export function StainPicks({ onPick }: { readonly onPick: (stain: string) => void }) {
  return (
    <div className="stain-picks">
      {COMMON_STAINS.map((stain) => (
        <Button key={stain} size="small" onPress={() => onPick(stain)}>
          {stain}
        </Button>
      ))}
    </div>
  );
}
