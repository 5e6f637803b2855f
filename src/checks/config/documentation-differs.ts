import { type Check, NO_PLAN, pass, skip } from '../check.ts';
import { CLAIMS_014 } from './claims/lenskit-0.14.ts';
import { CLAIMS_SINCE_2025 } from './claims/lenskit-since-2025.ts';

const CLAIMS = [...CLAIMS_014, ...CLAIMS_SINCE_2025];

/** Where LensKit's documentation foretells other numbers than its code gives here. The code wins. */
export const configDocumentationDiffers: Check = {
  id: 'config/documentation-differs',
  title: "LensKit's documentation foretells other numbers",
  run(situation) {
    if (situation.resolution === null) return skip(NO_PLAN);
    const { generation } = situation.rules;
    const differences = CLAIMS.filter(({ of }) => of.includes(generation)).flatMap(({ differs }) => differs(situation));
    const [first] = differences;
    if (first === undefined) return pass("LensKit's documentation and code agree here");
    return {
      status: 'info',
      title: first.says,
      detail: [...differences.slice(1).map(({ says }) => says), 'the code wins'].join('; '),
      evidence: differences.map(({ evidence }) => evidence),
    };
  },
};
