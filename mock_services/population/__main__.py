import sys

from mock_services.population.app import create_app
from mock_services.population.operations import document
from mock_services.population.settings import PopulationSettings
from mock_services.shared.command import Department, run

DEPARTMENT = Department(
    module="mock_services.population",
    title="人口库: the population register",
    settings=PopulationSettings,
    create_app=create_app,
    document=document,
)

if __name__ == "__main__":
    sys.exit(run(DEPARTMENT))
